"""From a scheme to gold labels: authored quotes, alignment of annotators, and gold."""
