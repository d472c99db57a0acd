"""What may happen to an item between its writing and its end, and who may do it. Pure: nothing here reads or stores."""
