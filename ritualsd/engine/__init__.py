"""Who runs deliveries: the embedded engine, where the row in the ledger is the job."""
