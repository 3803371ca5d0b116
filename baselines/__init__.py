"""From a release to scores: tasks, systems, metrics, evaluation and the leaderboard."""
