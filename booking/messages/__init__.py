"""What is said to claimants and what they answer: the only bridge to `notifications`."""
