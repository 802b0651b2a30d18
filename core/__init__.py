"""The kernel: papers, evidence, clocks, money and lists; it knows no word of the trade."""
