"""What follows from findings and evidence together: verdict, notes, players, recommendation."""
