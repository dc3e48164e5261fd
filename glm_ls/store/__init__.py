"""What outlives the process, in the user's state directory; never in the user's repository."""
