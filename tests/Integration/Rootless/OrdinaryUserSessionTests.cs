// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration.Rootless;

/// <summary>Terminals and the keeper of an ordinary user's container.</summary>
public class OrdinaryUserSessionTests
{
    public OrdinaryUserSessionTests() => Requires.Runcs();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void A_terminal_is_the_containers_users(int uid)
    {
        using Container container = New(out OrdinaryUser user);
        container.Bundle.Process["terminal"] = true;
        container.Bundle.Process["user"]!["uid"] = uid;
        container.Bundle.Shell("tty; stty size; stat -c %u $(tty) /dev/console; echo again > /dev/tty; exit 42");
        container.Bundle.Write();
        using TerminalUser person = Person(container, user);
        person.See("/dev/pts/0").See("33 101").See($"{uid}").See($"{uid}").See("again");
        Assert.Equal(42, person.Wait());
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Exec_has_a_terminal()
    {
        using Container container = New(out OrdinaryUser user);
        container.Bundle.Args("/bin/sleep", "100");
        container.Up();
        using var person = new TerminalUser(container.Runtime.CommandLine("exec", "--tty", "--user", "1000:1000", container.Id, "sh", "-c", "tty; stat -c %u $(tty); exit 7"));
        person.See("/dev/pts/0").See("1000");
        Assert.Equal(7, person.Wait());
    }

    [Fact]
    public void A_keeper_keeps_output_and_exit_code()
    {
        using Container container = New(out _);
        container.Bundle.Shell("echo out; echo err >&2; read line; echo got $line; exit 5");
        container.Run("--supervise", "--interactive").Ok();
        container.WaitForLog("out");
        using RunningCommand attached = container.Attach();
        attached.Write("typed\n");
        Assert.Equal("5\n", container.Wait().Exits(5).Stdout);
        Assert.Equal("out\ngot typed\n", container.Logs().Ok().Stdout);
        Assert.Equal(5, (int)container.Keeper()["exitCode"]!);
        container.Delete().Ok();
        Leftovers.AssertNone(container);
    }

    // A socket in the user's directory, which is the user's alone.
    [Fact]
    public void Another_user_cannot_attach()
    {
        using Container container = New(out _);
        container.Bundle.Args("/bin/sleep", "100");
        container.Run("--supervise", "--interactive").Ok();
        OrdinaryUser other = OrdinaryUser.WithoutRanges(424299);
        IReadOnlyList<string> own = container.Runtime.Prefix;
        foreach (string command in (string[])["state", "attach", "wait", "kill", "delete"])
        {
            container.Runtime.Prefix = other.Prefix;
            container.Runtime.Run(command, container.Id).Fails();
        }
        container.Runtime.Prefix = own;
        Assert.Equal("running", container.Status);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    private static TerminalUser Person(Container container, OrdinaryUser user)
    {
        // The terminal is the user's, as after a login.
        string[] run = container.Runtime.CommandLine("run", "--bundle", container.Bundle.Directory, container.Id);
        return new TerminalUser(["sh", "-c", $"chown {user.Uid} $(tty); exec \"$@\"", "sh", .. run]);
    }

    private static Container New(out OrdinaryUser user)
    {
        var container = new Container();
        user = OrdinaryUser.WithRanges(container.Path("."));
        user.Adopt(container);
        user.MapRange(container);
        return container;
    }
}
