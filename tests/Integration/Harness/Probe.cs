// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>The program of Harness/Probes/syscalls.c, which makes system calls and prints their errno: compiled once for all tests.</summary>
internal static class Probe
{
    public const string Path = "/bin/syscalls";

    private static readonly Lazy<string> _built = new(Build);
    private static readonly Lazy<bool> _takes32BitCalls = new(() => Command.Run(Built, "one32", "20") is { ExitCode: 0, Stdout: "32 20 0\n" });

    /// <summary>
    /// Whether the machine accepts system calls by int $0x80; 20 is getpid(2) there. A kernel with that entry may have it
    /// disabled (ia32_emulation=0) and send SIGSEGV; an outer filter may allow the native architecture only.
    /// </summary>
    public static bool Takes32BitCalls => _takes32BitCalls.Value;

    private static string Built
    {
        get
        {
            Requires.Program("clang");
            Requires.Program("ld.lld");
            return _built.Value;
        }
    }

    /// <summary>Puts the program into a bundle's root file system.</summary>
    public static void PutInto(Bundle bundle)
    {
        string built = Built;
        string target = bundle.Rootfs + Path;
        File.Delete(target);
        Programs.Copy(built, target);
    }

    private static string Build()
    {
        string source = System.IO.Path.Combine(Repository.Root, "tests/Integration/Harness/Probes/syscalls.c"), program = System.IO.Path.Combine(AppContext.BaseDirectory, "syscalls-probe");
        string made = $"{program}.{Environment.ProcessId}";
        Command.Run("clang", "--target=x86_64-linux-gnu", "-Os", "-std=c11", "-static", "-nostdlib", "-ffreestanding", "-fno-builtin", "-fno-stack-protector",
            "-fuse-ld=lld", "-Wall", "-Wextra", "-Werror", "-o", made, source).Ok();
        File.Move(made, program, overwrite: true);
        return program;
    }
}
