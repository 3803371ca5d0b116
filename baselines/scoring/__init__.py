"""From gold and predictions to all that is said of them: every metric with its interval, by class, by target, side by side."""
