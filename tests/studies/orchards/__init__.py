"""What an apple tree bears: a regression whose candidate is searched by Optuna in every fit."""
