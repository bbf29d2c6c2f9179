"""Scrapes pages' titles with nothing but asyncio streams."""

from solution.scraper import scrape

__all__ = ["scrape"]
