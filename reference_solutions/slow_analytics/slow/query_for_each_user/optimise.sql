CREATE INDEX orders_user_id ON orders (user_id, created_at);
CREATE INDEX order_items_order_id ON order_items (order_id);
