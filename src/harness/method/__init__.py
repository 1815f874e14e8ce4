"""The method: from the plan to the verdict."""
