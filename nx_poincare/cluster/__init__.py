"""Work on other machines, by Dask: nothing else of the package imports it."""
