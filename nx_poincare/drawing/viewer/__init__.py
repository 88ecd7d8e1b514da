"""The interactive viewer: what its page holds, and the page."""
