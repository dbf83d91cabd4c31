"""The toy models, as a fixture: test folders are not packages, so there is no import path to them."""

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def toy():
    name = "toy_language_models"
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("toy.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pickle looks classes up here
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def model(toy):
    return toy.random_bigram(seed=1)
