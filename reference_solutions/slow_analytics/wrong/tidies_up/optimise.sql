DELETE FROM orders o WHERE NOT EXISTS (SELECT FROM order_items i WHERE i.order_id = o.id);
CREATE INDEX orders_created_at ON orders (created_at);
CREATE INDEX order_items_order_id ON order_items (order_id);
ANALYZE;
