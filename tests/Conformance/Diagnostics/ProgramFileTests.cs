// SPDX-License-Identifier: Apache-2.0
using System.Text;
using Runcs.Diagnostics;

namespace Runcs.Conformance.Diagnostics;

public class ProgramFileTests
{
    [Theory]
    [InlineData("#!/bin/sh", "/bin/sh")]
    [InlineData("#! /bin/sh -e\necho", "/bin/sh")]
    [InlineData("#!\t/bin/sh\t-e\n", "/bin/sh")]
    [InlineData("#!sh\n", "sh")]
    [InlineData("#!\n", "")]
    [InlineData("echo\n", null)]
    [InlineData("", null)]
    public void The_interpreter_of_a_script(string text, string? interpreter) => Assert.Equal(interpreter, ProgramFile.InterpreterIn(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_damaged_program_has_no_interpreter_or_any()
    {
        byte[] program = [.. File.ReadAllBytes("/proc/self/exe").Take(4096)];
        Assert.StartsWith("/", ProgramFile.InterpreterIn(program), StringComparison.Ordinal);
        var random = new Random(3);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = [.. program[..random.Next(program.Length + 1)]];
            for (int change = random.Next(4); change >= 0 && bytes.Length > 0; change--) bytes[random.Next(Math.Min(bytes.Length, 700))] = (byte)random.Next(256);
            ProgramFile.InterpreterIn(bytes);
        }
    }
}
