"""What is kept: tables, migrations, and the queries that never leave one course."""
