"""Support requests, the promise of two human replies, supporters on duty, crisis lines."""
