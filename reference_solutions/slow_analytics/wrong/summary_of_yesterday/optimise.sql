CREATE MATERIALIZED VIEW order_totals AS
SELECT o.id, o.user_id, o.created_at, coalesce(sum(i.price * i.quantity), 0) AS total
FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY o.id;
CREATE INDEX order_totals_created_at ON order_totals (created_at);
