"""The study: the question, the data and the models. This folder is yours."""
