// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Runcs.Native;
using Runcs.Native.Arch;

namespace Runcs.Conformance.Native;

/// <summary>
/// Compares the numbers of src/Native/Arch with two independent sources, the kernel's headers and Tmds.LibC, for each
/// architecture.
/// </summary>
public class ArchTests
{
    // The headers may lack only what is newer than Debian 12's (Linux 6.1), and names that C libraries alone define.
    private static readonly string[] _notInHeaders = ["MNT_DETACH", "UMOUNT_NOFOLLOW", "MFD_EXEC", "MFD_NOEXEC_SEAL", "OPEN_TREE_NAMESPACE"];

    public static TheoryData<string, string> Architectures => new() { { "x64", "x86_64-linux-gnu" }, { "arm64", "aarch64-linux-gnu" } };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Numbers_are_those_of_the_kernels_headers(string architecture, string target)
    {
        string[] directories = architecture == "x64" ? ["/usr/include/x86_64-linux-gnu", "/usr/include"] : ["/usr/aarch64-linux-gnu/include"];
        Assert.SkipUnless(File.Exists(Path.Combine(directories[0], "asm/unistd.h")), $"needs the kernel's headers for {target} in {directories[0]}");
        Requires.Program("clang");
        SortedDictionary<string, long> numbers = KernelNumbers.Of(Own(architecture));
        (string[] different, string[] absent) = Compare(target, directories, numbers);
        Assert.Empty(different);
        Assert.All(absent, name => Assert.True(_notInHeaders.Contains(name) || IsNewer(name, numbers[name]), $"{name} is not in the headers"));
        Assert.InRange(numbers.Count - absent.Length, 380, int.MaxValue);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Numbers_are_those_of_Tmds_LibC(string architecture, string target)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "runtimes", $"linux-{architecture}", "lib", "netstandard2.0", "Tmds.LibC.dll");
        Assert.True(File.Exists(file), $"{file} for {target}");
        Type library = new AssemblyLoadContext(architecture, isCollectible: true).LoadFromAssemblyPath(file).GetType("Tmds.Linux.LibC")!;
        int compared = 0;
        foreach ((string name, long number) in KernelNumbers.Of(Own(architecture)))
        {
            // fcntl(2): the C library's O_LARGEFILE is 0 if files are always large.
            if (name == "O_LARGEFILE" || library.GetProperty(name) is not { } property) continue;
            object value = property.GetValue(null)!;
            Assert.Equal((name, number), (name, Convert.ToInt64(Unwrap(value))));
            compared++;
        }
        Assert.InRange(compared, 65, int.MaxValue);
    }

    [Fact]
    public void The_headers_name_a_number_that_is_wrong()
    {
        Assert.SkipUnless(File.Exists("/usr/include/x86_64-linux-gnu/asm/unistd.h"), "needs the kernel's headers");
        Requires.Program("clang");
        var wrong = new SortedDictionary<string, long> { ["O_NOFOLLOW"] = Arm64.O_NOFOLLOW, ["SYS_read"] = 0, ["O_NO_SUCH_FLAG"] = 1 };
        (string[] different, string[] absent) = Compare("x86_64-linux-gnu", ["/usr/include/x86_64-linux-gnu", "/usr/include"], wrong);
        Assert.Equal(["O_NOFOLLOW"], different);
        Assert.Equal(["O_NO_SUCH_FLAG"], absent);
    }

    [Fact]
    public void The_enums_have_the_numbers_of_the_architecture_that_is_compiled_for()
    {
        Assert.Equal((X64.O_NOFOLLOW, X64.O_DIRECTORY), ((int)OpenFlags.O_NOFOLLOW, (int)OpenFlags.O_DIRECTORY));
        Assert.Equal(X64.SYS_openat2, (long)SystemCall.SYS_openat2);
        Assert.Equal(X64.SYS_ppoll, (long)SystemCall.SYS_ppoll);
        Assert.DoesNotContain("SYS_poll", Enum.GetNames<SystemCall>());
    }

    private static Type Own(string architecture) => architecture == "x64" ? typeof(X64) : typeof(Arm64);

    // Linux 6.1 ends with set_mempolicy_home_node, 450 on both. Calls missing there are 451 and above, or a later call of
    // x86-64 alone.
    private static bool IsNewer(string name, long number) => name.StartsWith("SYS_", StringComparison.Ordinal) && (number > 450 || number is >= 333 and < 424);

    // One assertion per name: the compiler reports the differences, and warns of names that the headers do not define.
    private static (string[] Different, string[] Absent) Compare(string target, string[] directories, SortedDictionary<string, long> numbers)
    {
        var source = new StringBuilder();
        foreach (string header in (string[])["asm/unistd.h", "asm/fcntl.h", "asm/poll.h", "linux/fcntl.h", "linux/sched.h", "linux/openat2.h", "linux/mount.h", "linux/memfd.h", "linux/wait.h"])
            source.Append("#include <").Append(header).Append(">\n");
        foreach ((string name, long number) in numbers)
        {
            string macro = name.Replace("SYS_", "__NR_", StringComparison.Ordinal);
            source.Append($"#ifdef {macro}\n_Static_assert((long long){macro} == {number}LL, \"different:{name};\");\n#else\n#warning absent:{name};\n#endif\n");
        }
        var how = new ProcessStartInfo("clang") { RedirectStandardInput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[$"--target={target}", "-std=c11", "-fsyntax-only", "-ferror-limit=0", "-nostdinc", .. directories.SelectMany(directory => (string[])["-isystem", directory]), "-x", "c", "-"])
            how.ArgumentList.Add(argument);
        using Process clang = Process.Start(how)!;
        Task<string> messages = clang.StandardError.ReadToEndAsync();
        clang.StandardInput.Write(source);
        clang.StandardInput.Close();
        string text = messages.GetAwaiter().GetResult();
        clang.WaitForExit();
        string[] different = Marked(text, "error", "different:"), absent = Marked(text, "warning", "absent:");
        Assert.True(different.Length > 0 || clang.ExitCode == 0, text);
        return (different, absent);
    }

    private static string[] Marked(string text, string kind, string mark) =>
        [.. text.Split('\n').Where(line => line.Contains($" {kind}: ", StringComparison.Ordinal) && line.Contains(mark, StringComparison.Ordinal))
            .Select(line => line.Split(mark)[1].Split(';')[0])];

    // ulong_t is a structure with one field, of the type size_t, which is another one.
    private static object Unwrap(object value) => value is IConvertible ? value : Unwrap(value.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic)[0].GetValue(value)!);
}
