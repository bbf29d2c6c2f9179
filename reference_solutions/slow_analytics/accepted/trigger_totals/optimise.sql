-- One row for each order with its total, kept by triggers in the transaction that changes the order or its items.
CREATE TABLE order_totals (
    order_id integer PRIMARY KEY,
    user_id integer NOT NULL,
    created_at timestamptz NOT NULL,
    total numeric NOT NULL DEFAULT 0
);

INSERT INTO order_totals
SELECT o.id, o.user_id, o.created_at, coalesce(sum(i.price * i.quantity), 0)
FROM orders o LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY o.id;

CREATE INDEX order_totals_created_at ON order_totals (created_at);
CREATE INDEX order_items_order_id ON order_items (order_id);

CREATE FUNCTION keep_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM order_totals WHERE order_id = OLD.id;
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN
        DELETE FROM order_totals WHERE order_id = OLD.id;
    END IF;
    INSERT INTO order_totals (order_id, user_id, created_at) VALUES (NEW.id, NEW.user_id, NEW.created_at)
    ON CONFLICT (order_id) DO UPDATE SET user_id = EXCLUDED.user_id, created_at = EXCLUDED.created_at;
    RETURN NULL;
END $$;

CREATE FUNCTION keep_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        UPDATE order_totals SET total = total - OLD.price * OLD.quantity WHERE order_id = OLD.order_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        UPDATE order_totals SET total = total + NEW.price * NEW.quantity WHERE order_id = NEW.order_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER keep_order AFTER INSERT OR UPDATE OR DELETE ON orders FOR EACH ROW EXECUTE FUNCTION keep_order();
CREATE TRIGGER keep_total AFTER INSERT OR UPDATE OR DELETE ON order_items FOR EACH ROW EXECUTE FUNCTION keep_total();

ANALYZE;
