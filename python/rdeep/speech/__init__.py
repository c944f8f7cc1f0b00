"""Ready-made models of speech: what is said in a sound, or which of several keywords."""

from rdeep.speech.error_rates import word_error_rate as word_error_rate
from rdeep.speech.model import SpeechModel as SpeechModel
