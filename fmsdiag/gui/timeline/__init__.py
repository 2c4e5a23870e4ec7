"""The timeline: a row for each attempt, its steps, and the bars that show their times."""
