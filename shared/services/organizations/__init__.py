"""Who takes part: organizations, their people, the company list, the routing of what they receive."""
