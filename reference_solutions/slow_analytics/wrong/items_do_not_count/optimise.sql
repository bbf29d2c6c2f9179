CREATE TABLE order_totals AS
SELECT order_id, sum(price * quantity) AS total FROM order_items GROUP BY order_id;
ALTER TABLE order_totals ADD PRIMARY KEY (order_id);
CREATE INDEX orders_created_at ON orders (created_at);

CREATE FUNCTION add_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO order_totals VALUES (NEW.order_id, NEW.price * NEW.quantity)
    ON CONFLICT (order_id) DO UPDATE SET total = order_totals.total + EXCLUDED.total;
    RETURN NULL;
END $$;

CREATE TRIGGER add_item AFTER INSERT ON order_items FOR EACH ROW EXECUTE FUNCTION add_item();
ANALYZE;
