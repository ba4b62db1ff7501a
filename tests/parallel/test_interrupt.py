"""Signals during a run, and what is left of them after it."""

import os
import signal
import sys

import pytest
from oversampling_bench.benchmarks.parallel.interrupt import SIGNALS, Interrupt

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


@pytest.fixture
def before():
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    yield handlers
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_the_first_is_heard_and_the_second_interrupts(before):
    with Interrupt(leaving=False) as interrupt:
        assert not interrupt.asked()
        os.kill(os.getpid(), signal.SIGTERM)
        assert interrupt.asked()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_closed_terminal_may_be_told_of_twice(before):
    with Interrupt(leaving=False) as interrupt:
        for number in (signal.SIGHUP, signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1):
            os.kill(os.getpid(), number)
        assert interrupt.asked()


@pytest.mark.parametrize("leaving", [True, False])
def test_a_process_that_lives_on_can_be_interrupted_again(before, leaving):
    """A notebook's kernel does; the command, once asked to stop, is on its way out."""
    with Interrupt(leaving) as interrupt:
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.asked()
    after = {number: signal.getsignal(number) for number in before}
    assert after == (dict.fromkeys(before, signal.SIG_IGN) if leaving else before)


def test_what_was_ignored_before_stays_ignored(before):
    """`nohup` ignores SIGHUP, a shell's background SIGINT."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with Interrupt(leaving=True) as interrupt:
        for number in (signal.SIGINT, signal.SIGHUP):
            os.kill(os.getpid(), number)
        assert not interrupt.asked()
    assert {signal.getsignal(number) for number in (signal.SIGINT, signal.SIGHUP)} == {signal.SIG_IGN}


def test_without_a_signal_all_is_as_before(before):
    with Interrupt(leaving=True):
        pass
    assert {number: signal.getsignal(number) for number in before} == before


def test_what_a_program_around_python_hears_stays_its_own(before, monkeypatch):
    known = signal.getsignal
    monkeypatch.setattr(signal, "getsignal", lambda number: None if number == signal.SIGHUP else known(number))
    with Interrupt(leaving=False) as interrupt:
        assert known(signal.SIGHUP) == before[signal.SIGHUP]
        assert known(signal.SIGTERM) == interrupt._heard
