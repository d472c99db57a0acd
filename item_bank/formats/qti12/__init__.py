"""IMS QTI 1.2 as Canvas, Blackboard and Common Cartridge write it."""
