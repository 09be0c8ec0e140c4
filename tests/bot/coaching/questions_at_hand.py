"""Questions for reflection of which a test says only what it is about."""

from bot.domain.questions import Depth, FollowUp, IdeaSource, ReflectionQuestion, Suits


def reflection(text: str, *, factor: str = "trust", suits: str = "everyone") -> ReflectionQuestion:
    """A question with this text, complete in everything else."""
    return ReflectionQuestion(
        id=f"{factor}-1",
        factor=factor,
        text=text,
        follow_up=FollowUp(when="If so", ask="What then?"),
        source=IdeaSource(author="Ada Byron", year=2019, section="1"),
        suits=Suits(suits),
        depth=Depth.NOTICING,
    )
