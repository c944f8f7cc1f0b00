"""Ready-made models of time series."""

from rdeep.series.forecasting import Forecast as Forecast
from rdeep.series.model import SeriesModel as SeriesModel
