CREATE INDEX ON orders (created_at, user_id);
CREATE INDEX ON order_items (order_id);
ANALYZE;
