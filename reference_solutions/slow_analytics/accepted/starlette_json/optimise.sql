CREATE INDEX orders_by_time ON orders (created_at) INCLUDE (id, user_id);
CREATE INDEX items_by_order ON order_items (order_id);
