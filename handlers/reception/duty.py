from bot.contents import System

SYSTEM = System(name="duty")
