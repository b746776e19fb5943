"""add users

Revision ID: a1
Revises: b2
Create Date: 2024-01-02 03:04:05

"""
revision = 'a1'
down_revision = 'b2'
