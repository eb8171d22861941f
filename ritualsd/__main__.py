"""`python -m ritualsd`: the same as the `ritualsd` command."""

from ritualsd.cli.main import main

if __name__ == "__main__":
    main()
