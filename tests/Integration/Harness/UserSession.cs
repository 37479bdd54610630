// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>
/// An ordinary user of the guest with systemd (tests/Guest), who has a service manager of its own (user@.service(5)) and 65536
/// subordinate ids.
/// </summary>
public static class UserSession
{
    public const string User = "user";

    public const int Uid = 1000;

    public const string RuntimeDirectory = "/run/user/1000";

    /// <summary>The cgroup that the host's manager has delegated to the user's.</summary>
    public const string ManagerCgroup = "/user.slice/user-1000.slice/user@1000.service";

    // The manager of a lingering user stays when its last session has ended.
    private static readonly Lazy<bool> _isStarted = new(() =>
    {
        Command.Run("systemctl", "start", "systemd-logind.service").Ok();
        Command.Run("loginctl", "enable-linger", User).Ok();
        Eventually.True(() => File.Exists(RuntimeDirectory + "/systemd/private") && File.Exists(RuntimeDirectory + "/bus"), "a manager of " + User, Patience.Seconds(5));
        return true;
    });

    /// <summary>A prefix of commands: the user logs in, which gives the command a session (pam_systemd(8)).</summary>
    public static IReadOnlyList<string> Login { get; } = ["su", "-l", "-c", "exec \"$@\"", "--", User, "sh"];

    /// <summary>A prefix of commands: in a unit of the user, which may then move its processes.</summary>
    public static IReadOnlyList<string> Delegated { get; } = [.. Login, "systemd-run", "--user", "--scope", "--quiet", "--property=Delegate=yes"];

    /// <summary>Skips the test elsewhere than in the guest, and starts the user's manager.</summary>
    public static void Require()
    {
        Requires.Root();
        Requires.Systemd();
        Requires.That(Environment.GetEnvironmentVariable("RUNCS_GUEST") != null, "needs a user of the tests' guest");
        _ = _isStarted.Value;
    }

    /// <summary>Runs a script as the user, in a session.</summary>
    public static Result Shell(string script) => Command.Run([.. Login, "/bin/sh", "-c", script]);
}
