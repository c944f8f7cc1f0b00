"""Small networks that learn what a teacher predicts."""

from rdeep.distillation.distilling import distill as distill
