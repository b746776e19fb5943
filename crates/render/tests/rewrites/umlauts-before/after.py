"""füge Ä hinzu 🐍

Revises: z9
"""
revision = 'a1'; x = "é"; down_revision = 'z9'
