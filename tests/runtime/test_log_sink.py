"""What is posted to the platform's log, and when."""

from __future__ import annotations

import threading

import pytest

from gatepost.log import Logging, LogSettings, Record, configure
from gatepost.runtime.log_sink import LONGEST_QUEUE, PATIENCE, LogEntry, PlatformLogSink
from gatepost.secret import Secret


class Platform:
    """Takes entries; refuses them while it is down."""

    def __init__(self) -> None:
        self.posts: list[list[LogEntry]] = []
        self.down = False
        self.tries = 0

    def post(self, entries: list[LogEntry]) -> None:
        self.tries += 1
        if self.down:
            raise ConnectionError("the platform is down")
        self.posts.append(list(entries))

    @property
    def messages(self) -> list[str]:
        return [entry["message"] for entries in self.posts for entry in entries]


@pytest.fixture
def platform() -> Platform:
    return Platform()


def record(event: str = "read", *, level: int = 20, exception: str = "") -> Record:
    return Record(created=1700000000.1239, level=level, logger="app", event=event, values={"page": 2}, exception=exception)


def opened(platform: Platform) -> tuple[Logging, PlatformLogSink]:
    sink = PlatformLogSink(platform.post)
    return configure(LogSettings(level="debug", console=False, platform=sink)), sink


def test_an_entry_has_the_form_of_the_contract(platform: Platform) -> None:
    sink = PlatformLogSink(platform.post)
    sink(record())
    sink.flush()
    assert platform.posts == [[{"timestamp": 1700000000123, "level": "INFO", "message": "read page=2"}]]


def test_the_traceback_follows_the_message(platform: Platform) -> None:
    sink = PlatformLogSink(platform.post)
    sink(record(exception="Traceback\nValueError: x", level=40))
    assert platform.messages == ["read page=2\nTraceback\nValueError: x"]


def test_entries_are_posted_when_there_are_more_than_a_hundred(platform: Platform) -> None:
    logging, _ = opened(platform)
    for number in range(100):
        logging.logger.info("event", number=number)
    assert platform.tries == 0
    logging.logger.info("event", number=100)
    assert [len(entries) for entries in platform.posts] == [101]


@pytest.mark.parametrize("level", ["error", "critical"])
def test_an_error_is_posted_at_once_with_all_before_it(platform: Platform, level: str) -> None:
    logging, _ = opened(platform)
    logging.logger.info("before")
    logging.logger.log(level, "broken")
    assert platform.messages == ["before", "broken"]


def test_the_end_posts_what_is_left(platform: Platform) -> None:
    logging, _ = opened(platform)
    logging.logger.debug("left")
    logging.close()
    assert platform.messages == ["left"]
    assert platform.tries == 1


def test_nothing_is_posted_when_there_is_nothing(platform: Platform) -> None:
    sink = PlatformLogSink(platform.post)
    sink.flush()
    sink.close()
    assert platform.tries == 0


def test_no_secret_is_posted(platform: Platform) -> None:
    secret = Secret("never-to-be-seen")
    logging, _ = opened(platform)
    try:
        raise ValueError(secret.reveal())
    except ValueError:
        logging.logger.exception("refused", token=secret.reveal())
    (message,) = platform.messages
    assert message.startswith("refused token=***\nTraceback")
    assert "never-to-be-seen" not in message


def test_what_is_logged_while_posting_is_not_posted() -> None:
    posts: list[list[LogEntry]] = []

    def post(entries: list[LogEntry]) -> None:
        logging.logger.error("POST /v2/logs/app")
        logging.flush()
        posts.append(entries)

    logging = configure(LogSettings(console=False, platform=PlatformLogSink(post)))
    logging.logger.error("broken")
    logging.close()
    assert [[entry["message"] for entry in entries] for entries in posts] == [["broken"]]


def test_entries_that_could_not_be_posted_are_tried_again_in_their_order(platform: Platform) -> None:
    logging, _ = opened(platform)
    platform.down = True
    logging.logger.error("one")
    platform.down = False
    logging.logger.error("two")
    assert platform.messages == ["one", "two"]


def test_after_repeated_failure_nothing_is_tried_any_more() -> None:
    platform, warnings = Platform(), list[Exception]()
    sink = PlatformLogSink(platform.post, warn=warnings.append)
    platform.down = True
    for _ in range(PATIENCE + 2):
        sink(record(level=40))
    sink.close()
    assert platform.tries == PATIENCE
    assert [str(error) for error in warnings] == ["the platform is down"]


def test_one_success_renews_the_patience(platform: Platform) -> None:
    sink = PlatformLogSink(platform.post)
    for down in (True, True, False, True, True, False):
        platform.down = down
        sink(record(level=40))
    assert platform.tries == 6
    assert len(platform.messages) == 6


def test_nothing_is_posted_while_that_is_impossible(platform: Platform) -> None:
    renewing = True
    sink = PlatformLogSink(platform.post, blocked=lambda: renewing)
    sink(record("one", level=40))
    assert platform.tries == 0
    renewing = False
    sink(record("two", level=40))
    assert platform.messages == ["one page=2", "two page=2"]


def test_of_too_many_entries_the_oldest_go(platform: Platform) -> None:
    blocked = True
    sink = PlatformLogSink(platform.post, blocked=lambda: blocked)
    for number in range(LONGEST_QUEUE + 5):
        sink(record(f"event-{number}"))
    blocked = False
    sink.close()
    assert len(platform.messages) == LONGEST_QUEUE
    assert platform.messages[0] == "event-5 page=2"


def test_an_interruption_passes_and_loses_nothing(platform: Platform) -> None:
    interrupt = True

    def post(entries: list[LogEntry]) -> None:
        if interrupt:
            raise KeyboardInterrupt
        platform.post(entries)

    sink = PlatformLogSink(post)
    with pytest.raises(KeyboardInterrupt):
        sink(record("one", level=40))
    interrupt = False
    sink.close()
    assert platform.messages == ["one page=2"]


def test_threads_lose_and_repeat_nothing(platform: Platform) -> None:
    sink = PlatformLogSink(platform.post)

    def work(number: int) -> None:
        for index in range(300):
            sink(record(f"event-{number}-{index}", level=40 if index % 7 == 0 else 20))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sink.close()
    assert sorted(platform.messages) == sorted(f"event-{number}-{index} page=2" for number in range(6) for index in range(300))


def test_another_thread_collects_while_one_is_posting() -> None:
    posts: list[list[LogEntry]] = []
    entered, leave = threading.Event(), threading.Event()

    def post(entries: list[LogEntry]) -> None:
        entered.set()
        assert leave.wait(60)
        posts.append(entries)

    sink = PlatformLogSink(post)
    poster = threading.Thread(target=sink, args=(record("one", level=40),))
    poster.start()
    assert entered.wait(60)
    sink(record("two", level=40))  # neither waits nor posts
    leave.set()
    sink.close()  # waits for the thread that is posting
    poster.join()
    assert [[entry["message"] for entry in entries] for entries in posts] == [["one page=2"], ["two page=2"]]
    assert str(sink) == "the platform's log"
