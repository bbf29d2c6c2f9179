BEGIN;
CREATE INDEX orders_created_at_idx ON orders (created_at);
CREATE INDEX order_items_order_id_idx ON order_items (order_id);
COMMIT;
VACUUM ANALYZE orders, order_items;
