"""What ready-made models of images, series, text and speech have in common."""

from rdeep.ready.bad_rows import BadRows as BadRows
from rdeep.ready.model import ReadyModel as ReadyModel
from rdeep.ready.model import all_or_nothing as all_or_nothing
from rdeep.ready.outcome import LearnedOutcome as LearnedOutcome
from rdeep.ready.settings import Asked as Asked
from rdeep.ready.settings import Inner as Inner
from rdeep.ready.settings import Learned as Learned
from rdeep.ready.settings import Settings as Settings
from rdeep.ready.splitting import held_out_rows as held_out_rows
from rdeep.ready.stage import Stage as Stage
