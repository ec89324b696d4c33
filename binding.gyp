# Targets: core (static, no Node header in reach), keystead (the addon), core_driver and core_test
# (no Node at all). Built through scripts/build_native.mjs, which passes openssl_include,
# openssl_library and the variables below.
{
  'variables': {
    'openssl_include%': '<!(node native/openssl/provide.mjs include)',
    'openssl_library%': '<!(node native/openssl/provide.mjs library)',
    # Builds the executables that test the core without Node.
    'keystead_tests%': 0,
    # For -fsanitize=, e.g. address or address,undefined.
    'keystead_sanitize%': '',
    # Links libstdc++ and libgcc statically, for binaries that must load elsewhere.
    'keystead_portable%': 0,
    # What node-gyp adds to every target; taken away again where code must compile without Node.
    'node_include_dirs': [
      '<(node_root_dir)/include/node',
      '<(node_root_dir)/src',
      '<(node_root_dir)/deps/openssl/config',
      '<(node_root_dir)/deps/openssl/openssl/include',
      '<(node_root_dir)/deps/uv/include',
      '<(node_root_dir)/deps/zlib',
      '<(node_root_dir)/deps/v8/include',
    ],
  },
  'target_defaults': {
    'cflags': [
      '-Wall', '-Wextra', '-Werror',
      '-fvisibility=hidden', '-fstack-protector-strong',
      '-include', '<(module_root_dir)/native/openssl/version_check.h',
    ],
    'cflags!': ['-Wno-unused-parameter'],
    'cflags_cc': ['-std=c++17', '-fvisibility-inlines-hidden'],
    'ldflags': ['-pthread', '-Wl,-z,relro', '-Wl,-z,now', '-Wl,-z,noexecstack'],
    'configurations': {
      'Release': {
        'cflags!': ['-O3'],
        'cflags': ['-O2', '-g1'],
        'defines': ['NDEBUG'],
      },
      'Debug': {
        'cflags': ['-fno-omit-frame-pointer'],
        'defines!': ['V8_ENABLE_CHECKS', '_GLIBCXX_DEBUG'],
      },
    },
    'conditions': [
      ['keystead_sanitize!=""', {
        'cflags': ['-fsanitize=<(keystead_sanitize)', '-fno-sanitize-recover=all'],
        'ldflags': ['-fsanitize=<(keystead_sanitize)'],
      }, {
        # Needs optimization, and hides findings from the sanitizers.
        'configurations': {'Release': {'defines': ['_FORTIFY_SOURCE=2']}},
      }],
      ['keystead_portable==1', {
        'ldflags': ['-static-libstdc++', '-static-libgcc'],
      }],
    ],
  },
  'targets': [
    {
      'target_name': 'core',
      'type': 'static_library',
      'include_dirs+': ['<(openssl_include)', 'native', 'native/core'],
      'sources': ['<!@(node scripts/list_sources.mjs native/core)'],
      'include_dirs!': ['<@(node_include_dirs)'],
      'direct_dependent_settings': {
        'libraries': ['<(openssl_library)'],
      },
    },
    {
      'target_name': 'keystead',
      'dependencies': ['core'],
      # Prepended: Node's folder holds headers of its own OpenSSL.
      'include_dirs+': ['<(openssl_include)', 'native', 'native/core'],
      'sources': ['<!@(node scripts/list_sources.mjs native/binding)'],
      'defines': [
        'NAPI_VERSION=9', 'NAPI_CPP_EXCEPTIONS', 'NODE_ADDON_API_DISABLE_DEPRECATED',
        # std::bad_alloc becomes an error, not an abort.
        'NODE_ADDON_API_CPP_EXCEPTIONS_ALL',
        # A worker that is being terminated cannot throw: without this its process aborts.
        'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
      ],
      'cflags_cc!': ['-fno-exceptions'],
      'cflags_cc': [
        '-fexceptions',
        '-isystem', '<!(node -p "path.resolve(require(\'node-addon-api\').include_dir)")',
      ],
      'ldflags': [
        '-Wl,--exclude-libs,ALL',
        '-Wl,-Bsymbolic',
        '-Wl,-z,nodelete',
        '-Wl,--version-script=<(module_root_dir)/native/binding_exports.map',
      ],
    },
  ],
  'conditions': [
    ['keystead_tests==1', {
      'targets': [
        {
          'target_name': 'core_driver',
          'type': 'executable',
          'dependencies': ['core'],
          'include_dirs': ['<(openssl_include)', 'native', 'native/core'],
          'include_dirs!': ['<@(node_include_dirs)'],
          'sources': ['<!@(node scripts/list_sources.mjs native/test core_driver)'],
        },
        {
          'target_name': 'core_test',
          'type': 'executable',
          'dependencies': ['core'],
          'include_dirs': ['<(openssl_include)', 'native', 'native/core'],
          'include_dirs!': ['<@(node_include_dirs)'],
          'sources': ['<!@(node scripts/list_sources.mjs native/test core_test)'],
        },
        {
          'target_name': 'core_speed',
          'type': 'executable',
          'dependencies': ['core'],
          'include_dirs': ['<(openssl_include)', 'native', 'native/core'],
          'include_dirs!': ['<@(node_include_dirs)'],
          'sources': ['native/test/core_speed.cc'],
        },
        {
          'target_name': 'test_addon',
          # node-gyp-build takes the first .node of build/Release: it must sort behind keystead.
          'product_dir': '<(PRODUCT_DIR)/test',
          'include_dirs': ['<(openssl_include)'],
          'include_dirs!': ['<@(node_include_dirs)'],
          'cflags': ['-isystem', '<(node_root_dir)/include/node'],
          'defines': ['NAPI_VERSION=9'],
          'sources': ['<!@(node scripts/list_sources.mjs native/test test_addon)'],
        },
      ],
    }],
  ],
}
