-- Up Migration

-- A run says when what was handed to Kafka is not taken: since when the oldest batch stands open, and nothing else of it.
grant select (period, generation, created_at) on outbox_batches to billing_operator, billing_settlement;

-- Down Migration
revoke select (period, generation, created_at) on outbox_batches from billing_operator, billing_settlement;
