"""The progression of diabetes: a regression whose rows are independent."""
