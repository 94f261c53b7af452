"""Business profiles, what the directory shows of them, how it is searched (DOMAIN: "Leads, profiles, directory")."""
