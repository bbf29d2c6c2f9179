from solution import LRUCache


def test_order():
    cache = LRUCache(3)
    for key in "abc":
        cache.put(key, key)
    cache.get("a")
    cache.put("b", 2)
    assert cache.keys() == ["c", "a", "b"]


def test_delete_in_the_middle():
    cache = LRUCache(3)
    for key in "abc":
        cache.put(key, key)
    assert cache.delete("b") is True
    assert cache.keys() == ["a", "c"]
    assert len(cache) == 2
