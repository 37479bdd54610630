// SPDX-License-Identifier: Apache-2.0
using System.Buffers.Binary;
using System.Text;

namespace Runcs.Integration;

/// <summary>Properties of the executable and of its start-up: decisions 0002 and 0017.</summary>
public class BinaryTests
{
    private const int PT_INTERP = 3;

    public BinaryTests() => Requires.Runcs();

    [Fact]
    public void It_is_one_static_file_of_at_most_4_MiB()
    {
        byte[] elf = File.ReadAllBytes(RuntimeUnderTest.Executable);
        Assert.Equal("\x7f" + "ELF", Encoding.Latin1.GetString(elf, 0, 4));
        Assert.DoesNotContain(ProgramHeaders(elf), type => type == PT_INTERP);
        Assert.Equal(["runcs"], Directory.EnumerateFiles(Path.GetDirectoryName(RuntimeUnderTest.Executable)!).Select(Path.GetFileName));
        // Without the replacements it is somewhat larger.
        Requires.BootReplacements();
        Assert.InRange(elf.Length, 100_000, 4 << 20);
    }

    [Fact]
    public void The_binary_is_stripped() =>
        Assert.DoesNotContain(".symtab", Encoding.Latin1.GetString(File.ReadAllBytes(RuntimeUnderTest.Executable)), StringComparison.Ordinal);

    [Fact]
    public void It_names_no_path_of_the_machine_that_built_it()
    {
        string text = Encoding.Latin1.GetString(File.ReadAllBytes(RuntimeUnderTest.Executable));
        Assert.DoesNotContain(Repository.Root + "/", text, StringComparison.Ordinal);
        Assert.DoesNotContain(".nuget/", text, StringComparison.Ordinal);
    }

    // The linker's check (Boot/check.sh) shows that the replacements are called; this test, that no other code does the
    // same work.
    [Fact]
    public void Starting_it_asks_nothing_about_the_machine()
    {
        Requires.BootReplacements();
        string calls = CallsOfAStart();
        foreach (string gone in (string[])["/proc/self/maps", "/proc/self/mountinfo", "/proc/meminfo", "/sys/devices/system", "MADV_DONTDUMP"])
            Assert.DoesNotContain(gone, calls, StringComparison.Ordinal);
    }

    // Decision 0034: neither glibc nor the runtime library. Each is an exit to the hypervisor of a virtual machine.
    [Fact]
    public void It_has_no_CPUID_instruction()
    {
        Requires.BootReplacements();
        Requires.Program("objdump");
        string libc = Libc.Version;
        Requires.That(libc == "2.36", $"needs glibc 2.36 (src/Runtime/Boot/start.c), here it is {libc}");
        Assert.DoesNotMatch(@"\bcpuid\b", Command.Run("objdump", "--disassemble", "--no-show-raw-insn", RuntimeUnderTest.Executable).Ok().Stdout);
    }

    [Fact]
    public void Starting_it_starts_no_thread() =>
        Assert.DoesNotContain("CLONE_THREAD", CallsOfAStart(), StringComparison.Ordinal);

    [Fact]
    public void It_has_one_thread_while_a_container_runs()
    {
        Requires.Root();
        using Container container = new();
        container.Bundle.Shell("echo up; read line");
        using RunningCommand run = container.StartRun();
        run.WaitForStdout("up");
        Assert.Single(Directory.EnumerateDirectories($"/proc/{run.Pid}/task"));
        run.CloseStdin();
        run.Wait();
    }

    [Theory]
    [InlineData("GCHeapHardLimit", "1000")]
    [InlineData("GCHeapAffinitizeMask", "8000")]
    [InlineData("GCgen0size", "7fffffffffffffff")]
    [InlineData("GCStress", "3")]
    [InlineData("GCName", "libnothere.so")]
    [InlineData("gcServer", "1")]
    [InlineData("gcConcurrent", "1")]
    [InlineData("EnableEventPipe", "1")]
    [InlineData("DbgEnableMiniDump", "1")]
    [InlineData("PROCESSOR_COUNT", "0")]
    [InlineData("SYSTEM_GLOBALIZATION_INVARIANT", "0")]
    public void A_callers_DOTNET_variable_changes_nothing(string name, string value)
    {
        Requires.Root();
        Requires.BootReplacements();
        using Container container = new();
        container.Bundle.Shell("echo hello; exit 7");
        Options options = new() { Environment = new Dictionary<string, string?> { ["DOTNET_" + name] = value, ["COMPlus_" + name] = value } };
        Result result = container.Run(options).Exits(7);
        Assert.Equal("hello\n", result.Stdout);
        Assert.Equal("", result.Stderr);
    }

    private static string CallsOfAStart()
    {
        Requires.Program("strace");
        Result result = Command.Run("strace", "-f", "-qq", "-e", "trace=clone,clone3,openat,open,madvise", "-e", "signal=none", RuntimeUnderTest.Executable, "--version");
        Assert.Matches("^runcs version ", result.Ok().Stdout);
        return result.Stderr;
    }

    private static IEnumerable<uint> ProgramHeaders(byte[] elf)
    {
        int start = (int)BinaryPrimitives.ReadUInt64LittleEndian(elf.AsSpan(32));
        int size = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(54)), count = BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan(56));
        for (int i = 0; i < count; i++)
            yield return BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan(start + i * size));
    }
}
